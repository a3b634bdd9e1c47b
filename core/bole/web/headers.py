"""What every answer says to the browser: what may run, what may frame it, what may be kept."""

from __future__ import annotations

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
STRICTEST = "default-src 'none'; frame-ancestors 'none'"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}


def protect_answers(app: Flask, *, only_https: bool) -> None:
    """
    Give every answer of an application its security headers.

    Args:
        only_https: also tell browsers never to come over plain HTTP again.
    """
    fixed = [*ALWAYS.items()]
    if only_https:
        fixed.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))

    def add(response: Response) -> Response:
        headers = response.headers
        headers.extend(fixed)
        if response.mimetype == "application/json":
            headers["Content-Security-Policy"] = STRICTEST
        else:
            nonce = g.get("csp_nonce")
            headers["Content-Security-Policy"] = POLICY.format(nonce=f" 'nonce-{nonce}'" if nonce else "")
        if request.endpoint != "static" and "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)
