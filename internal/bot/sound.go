package bot

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dipcast/dipcast/works"
)

// sound is an audio file that is sent.
type sound struct {
	Path string `json:"path"`           // below Options.Sounds
	Name string `json:"name"`           // as the room shows it
	File bool   `json:"file,omitempty"` // it is too long to be played in the room
}

// sendSound uploads a file and sends it. A fileId is good for a day, so the file
// is uploaded anew with every try; NAVER WORKS forgets those that are not sent.
func (b *Bot) sendSound(ctx context.Context, api *works.Client, bot int64, m *message) error {
	file, err := os.ReadFile(filepath.Join(b.o.Sounds, filepath.Base(m.Sound.Path)))
	if err != nil {
		return fmt.Errorf("sound: %w", err)
	}
	id, err := api.Attach(ctx, bot, m.Sound.Name, "audio/wav", file)
	if err != nil {
		return fmt.Errorf("sound: %w", err)
	}
	var content works.Content = &works.Audio{FileID: id}
	if m.Sound.File {
		content = &works.File{FileID: id}
	}
	if m.Room != "" {
		return api.SendChannel(ctx, bot, m.Room, content)
	}
	return api.SendUser(ctx, bot, m.User, content)
}
