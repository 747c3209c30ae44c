package io.getindico.metrics.api.engine;

import java.util.concurrent.ThreadFactory;

/** Has no thread to give until there are some again. */
final class ScarceThreads implements ThreadFactory {
    private volatile boolean isOut = true;

    void areThereAgain() {
        isOut = false;
    }

    @Override
    public Thread newThread(Runnable task) {
        if (isOut) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return new Thread(task);
    }
}
