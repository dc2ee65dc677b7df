// Package docs holds the documents that the program serves.
package docs

import _ "embed"

// AsyncAPI describes the WebSocket protocol, as YAML.
//
//go:embed asyncapi.yaml
var AsyncAPI []byte
