package io.getindico.metrics.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Compares passwords with bcrypt hashes. Bcrypt is slow on purpose. So the exporter computes at most two hashes at a time,
 * and remembers a right login for an hour after its last use.
 */
final class PasswordLogins {
    static final int MAX_WAITING = 64;

    private static final int AT_A_TIME = 2;
    private static final long REMEMBERED_NANOS = Duration.ofHours(1).toNanos();
    private static final String HMAC = "HmacSHA256";

    private final LongSupplier nanoTime;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Semaphore hashing = new Semaphore(AT_A_TIME, true);
    private final SecretKeySpec key;
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    private record Remembered(String login, long until) {}

    PasswordLogins(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, HMAC);
    }

    /**
     * Compares a password with the hash of a user. An unknown user takes as long as a known one.
     *
     * @param users hashes by user, at least one
     */
    Admission check(SortedMap<String, String> users, String user, byte[] password) {
        String hash = users.get(user);
        if (hash != null && isRemembered(user, login(user, hash, password))) {
            return Admission.YES;
        }
        if (!waiting.tryAcquire()) {
            return Admission.BUSY;
        }
        try {
            boolean isRight = isRight(password, hash == null ? costliest(users) : hash);
            if (!isRight || hash == null) {
                return Admission.NO;
            }
            remembered.keySet().retainAll(users.keySet());
            remember(user, login(user, hash, password));
            return Admission.YES;
        } finally {
            waiting.release();
        }
    }

    private boolean isRight(byte[] password, String hash) {
        hashing.acquireUninterruptibly();
        try {
            return BCrypt.checkpw(password, hash);
        } finally {
            hashing.release();
        }
    }

    /** The cost is the part after the second dollar sign, with two digits. */
    private static String costliest(SortedMap<String, String> users) {
        return users.values().stream()
                .max(Comparator.comparing(hash -> hash.substring(4, 6)))
                .orElseThrow();
    }

    private boolean isRemembered(String user, String login) {
        Remembered last = remembered.get(user);
        if (last == null || last.until() - nanoTime.getAsLong() < 0 || !isEqual(last.login(), login)) {
            return false;
        }
        remember(user, login);
        return true;
    }

    /** Takes the same time wherever the first difference is. */
    private static boolean isEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    private void remember(String user, String login) {
        remembered.put(user, new Remembered(login, nanoTime.getAsLong() + REMEMBERED_NANOS));
    }

    /** A new hash in the file makes another login of the same password. */
    private String login(String user, String hash, byte[] password) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(user.getBytes(UTF_8));
            mac.update((byte) 0);
            mac.update(hash.getBytes(UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }
}
