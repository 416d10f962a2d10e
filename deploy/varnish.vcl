# Varnish in front of Sijill, told by it which pages are stale (docs/caching.md).
# Sijill needs CACHE_PURGE_URLS=http://127.0.0.1:6081/ (this Varnish, as Sijill reaches it) and BEHIND_PROXY=1.
vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
}

# Who may say that pages are stale: the machines on which Sijill's worker runs. It says so to Varnish itself: what a
# proxy before Varnish sends on comes of that machine too, and is anyone's.
acl purgers {
    "127.0.0.1";
    "::1";
}

# What ends TLS before Varnish, and says in X-Forwarded-For who came to it.
acl tls_proxies {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "PURGE") {
        # Varnish has added the client's own address, so a comma tells of another before it.
        if (client.ip !~ purgers || req.http.X-Forwarded-For ~ "," || req.http.X-Forwarded-Proto || req.http.Via
            || req.http.Forwarded) {
            return (synth(405));
        }
        if (req.http.Surrogate-Key !~ "^[a-z0-9 -]+$") {
            return (synth(400));
        }
        # A ban is parted at its spaces: they are written otherwise.
        ban("obj.http.Surrogate-Key ~ (^|\s)(" + regsuball(req.http.Surrogate-Key, " +", "|") + ")(\s|$)");
        return (synth(200));
    }
    # Varnish has added who came to it. Of such a proxy that would be said of every reader: they were one to Sijill.
    if (client.ip ~ tls_proxies && req.http.X-Forwarded-For ~ ",") {
        set req.http.X-Forwarded-For = regsub(req.http.X-Forwarded-For, ",[^,]*$", "");
    }
    # For monitors, which ask Sijill itself (docs/operating.md).
    if (req.url ~ "^/metrics([?]|$)") {
        return (synth(404));
    }
    # An id of ours, whatever a client says: log lines bear it.
    set req.http.X-Request-ID = req.xid;
    # Staff, and whoever has just sent a form, get their own pages.
    if (req.method !~ "^(GET|HEAD)$" || req.http.Cookie ~ "(^|; )(sessionid|messages)=") {
        return (pass);
    }
    # A reader's settings make a page another; no other cookie does.
    if (req.http.Cookie) {
        set req.http.Cookie = ";" + regsuball(req.http.Cookie, "; +", ";");
        set req.http.Cookie = regsuball(
            req.http.Cookie, ";(django_language|prefs|theme|dismissed_banner)=", "; \1=");
        set req.http.Cookie = regsuball(req.http.Cookie, ";[^ ][^;]*", "");
        set req.http.Cookie = regsuball(req.http.Cookie, "^[; ]+|[; ]+$", "");
        if (req.http.Cookie == "") {
            unset req.http.Cookie;
        }
    }
    return (hash);
}

sub vcl_hash {
    # Pages hold their own addresses: one asked for by http is another than by https.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_deliver {
    unset resp.http.Surrogate-Key;
    # Browsers ask each time: nobody tells them what is stale.
    if (resp.http.Cache-Control ~ "s-maxage") {
        set resp.http.Cache-Control = "public, max-age=0, must-revalidate";
    }
}
