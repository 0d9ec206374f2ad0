#pragma once

#if !__has_include(<curl/curl.h>)
#error "libcurl is missing: run scripts/setup, or install the Debian package libcurl4-openssl-dev."
#endif

#include <curl/curl.h>

// `curl_easy_setopt`, `curl_easy_getinfo` and `curl_multi_setopt` take a variable number of arguments,
// which Swift cannot pass; each of these calls one of them with one type.

/// Sets an option that is a number.
CURLcode live_loop_curl_set_number(CURL *easy, CURLoption option, long value);

/// Sets an option that is a text, which libcurl copies.
CURLcode live_loop_curl_set_text(CURL *easy, CURLoption option, const char *value);

/// Sets the request headers; the list must outlive the transfer.
CURLcode live_loop_curl_set_headers(CURL *easy, struct curl_slist *headers);

/// Sets the bytes of a POST, which libcurl copies.
CURLcode live_loop_curl_set_body(CURL *easy, const void *bytes, long long count);

/// Sets what takes the bytes of the answer, and the pointer that it is handed.
CURLcode live_loop_curl_set_sink(CURL *easy, curl_write_callback sink, void *user);

/// The status of the answer, 0 when there was none.
long live_loop_curl_status(CURL *easy);

/// The number of connections that may be kept open for later requests.
CURLMcode live_loop_curl_set_kept_connections(CURLM *multi, long count);
