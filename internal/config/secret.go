package config

import "github.com/dipcast/dipcast/internal/secret"

// Secret is a text that prints as [redacted].
type Secret = secret.Text

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return secret.New(text) }
