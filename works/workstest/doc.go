// Package workstest is a NAVER WORKS of one's own, for tests and the demo: a
// token endpoint and login, the Bot API, the directory, callbacks, and a chat page
// on which cards look and work as in the app.
//
// It is written from the documentation (docs/… names its pages), not from package
// works, and shares no type or check with it: a mistake of the client shows here.
// What the documentation leaves open is an option, or said where it is decided.
// Stricter than the service on one point: a field that is not documented is
// refused, so that a misspelt one is found.
//
// A Server is an http.Handler. Below /oauth2/v2.0 it is auth.worksmobile.com,
// below /v1.0 www.worksapis.com, below /storage the host of attachments, below
// /chat the page. The page lets anybody act as anybody, and answers to loopback
// names only.
package workstest
