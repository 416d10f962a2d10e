"""What a browser may refuse a page, as scripts that have it do so."""

# A function around it: what an expression ends with, if that can be called, Playwright calls.
REFUSE_TO_COPY = (
    "() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
)
