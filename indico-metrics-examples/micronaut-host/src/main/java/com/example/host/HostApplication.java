package com.example.host;

import io.micronaut.runtime.Micronaut;

final class HostApplication {
    public static void main(String[] args) {
        Micronaut.run(HostApplication.class, args);
    }
}
