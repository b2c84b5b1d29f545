package io.sojourn.servlet.request;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The container's writer, each call announced to the {@link SojournResponse} first. Whatever {@link PrintWriter} itself
 * would do under its lock is done without it, since a virtual thread could not wait for the store there.
 */
@SuppressWarnings("AnnotateFormatMethod") // As in PrintWriter itself.
final class SavingWriter extends PrintWriter {

    private static final int LINE_END = 2;

    private final PrintWriter target;
    private final SojournResponse response;
    private final boolean utf8;
    private final int widest;

    SavingWriter(PrintWriter target, String encoding, SojournResponse response) {
        super(target);
        this.target = target;
        this.response = response;
        Charset charset = Charset.forName(encoding);
        this.utf8 = charset.equals(StandardCharsets.UTF_8);
        this.widest = (int) Math.ceil(charset.newEncoder().maxBytesPerChar());
    }

    /** At most so many bytes: half of a pair counts as much as the whole may take. */
    private int width(char c) {
        if (!utf8) {
            return widest;
        }
        return c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }

    @Override
    public void write(int c) {
        response.beforeWrite(width((char) c));
        target.write(c);
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += width(chars[i]);
        }
        response.beforeWrite(bytes);
        target.write(chars, offset, length);
    }

    @Override
    public void write(String text, int offset, int length) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += width(text.charAt(i));
        }
        response.beforeWrite(bytes);
        target.write(text, offset, length);
    }

    @Override
    public void println() {
        response.beforeWrite((long) LINE_END * widest);
        target.println();
    }

    private void line(String text) {
        write(text);
        println();
    }

    @Override
    public void println(boolean value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(char value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(int value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(long value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(float value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(double value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(char[] value) {
        line(new String(value));
    }

    @Override
    public void println(@Nullable String value) {
        line(String.valueOf(value));
    }

    @Override
    public void println(@Nullable Object value) {
        line(String.valueOf(value));
    }

    @Override
    public PrintWriter format(String format, Object... arguments) {
        write(String.format(format, arguments));
        return this;
    }

    @Override
    public PrintWriter format(Locale locale, String format, Object... arguments) {
        write(String.format(locale, format, arguments));
        return this;
    }

    @Override
    public void flush() {
        response.beforeCommit();
        target.flush();
    }

    @Override
    public void close() {
        response.beforeCommit();
        target.close();
    }

    @Override
    public boolean checkError() {
        response.beforeCommit();
        return target.checkError();
    }
}
