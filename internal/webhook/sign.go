package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/dipcast/dipcast/internal/secret"
)

// secretPrefix begins a secret, before its bytes in base64. Source: Standard
// Webhooks 1.0.0, "Signature scheme".
const secretPrefix = "whsec_"

// secretBytes are random; the specification wants 24 to 64.
const secretBytes = 32

// Headers of a request, as Standard Webhooks names them.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp" // seconds since 1970
	headerSignature = "Webhook-Signature" // "v1,…", one for each secret, with a blank between
)

func newSecret() secret.Text {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails, crypto/rand
	return secret.New(secretPrefix + base64.StdEncoding.EncodeToString(b))
}

// sign signs a body with each secret: HMAC-SHA256 over id, timestamp and body with
// dots between.
func sign(id string, at time.Time, body []byte, secrets ...secret.Text) string {
	var all []string
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), secretPrefix))
		if err != nil {
			continue // newSecret made it
		}
		h := hmac.New(sha256.New, key)
		h.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		h.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)))
	}
	return strings.Join(all, " ")
}
