package io.sojourn.servlet.request;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The container's stream, each call announced to the {@link SojournResponse} first. */
final class SavingOutputStream extends ServletOutputStream {

    private static final int LINE_END = 2;

    private final ServletOutputStream target;
    private final SojournResponse response;

    SavingOutputStream(ServletOutputStream target, SojournResponse response) {
        this.target = target;
        this.response = response;
    }

    @Override
    public void write(int b) throws IOException {
        response.beforeWrite(1);
        target.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        response.beforeWrite(length);
        target.write(bytes, offset, length);
    }

    /** Since Servlet 6.1. */
    @Override
    public void write(ByteBuffer buffer) throws IOException {
        response.beforeWrite(buffer.remaining());
        target.write(buffer);
    }

    @Override
    public void print(@Nullable String text) throws IOException {
        String printed = String.valueOf(text);
        response.beforeWrite(printed.length());
        target.print(printed);
    }

    @Override
    public void println() throws IOException {
        response.beforeWrite(LINE_END);
        target.println();
    }

    @Override
    public void flush() throws IOException {
        response.beforeCommit();
        target.flush();
    }

    @Override
    public void close() throws IOException {
        response.beforeCommit();
        target.close();
    }

    @Override
    public boolean isReady() {
        return target.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        target.setWriteListener(listener);
    }
}
