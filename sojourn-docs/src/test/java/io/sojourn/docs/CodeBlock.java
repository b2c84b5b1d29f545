package io.sojourn.docs;

/** Code between fences, and the line of its page at which it begins. */
record CodeBlock(String page, int line, String language, String text) {

    /** Names it in reports. */
    @Override
    public String toString() {
        return page + ":" + line;
    }
}
