// Package works is a client of the NAVER WORKS API 2.0 (LINE WORKS in Japan and
// elsewhere, one product with one API): what a telephone bot needs of it. It
// sends content to people and rooms, moves attachments, reads the directory, lets
// people log in, and checks callbacks.
//
// The facts are those of developers.worksmobile.com, named by page (docs/…) at
// each of them. Where the documentation leaves something open, it is an option.
//
// Everything that is sent is checked against the documented limits first, so
// that a mistake is a *ContentError that names the field and not a refusal of
// the server. Errors of the server are an *Error, which says whether the request
// had an effect and may be tried again. Nothing is repeated by the client itself,
// but for one new token after a 401: whoever has the queue decides.
package works
