package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/dipcast/dipcast/internal/asteriskproc"
	"github.com/dipcast/dipcast/internal/config"
	"github.com/dipcast/dipcast/internal/media"
	"github.com/dipcast/dipcast/internal/sounds"
)

// PromptStore is where recordings that replace prompts are kept, and the folders
// of those Asterisks that the configuration has us run, which play them. more are
// further ones.
func PromptStore(c *config.Config, more ...string) (*sounds.Store, error) {
	servers := more
	for i := range c.Servers {
		p := &c.Servers[i].PBX
		if !p.Run {
			continue
		}
		dir, err := filepath.Abs(p.Dir)
		if err != nil {
			return nil, fmt.Errorf("folder of server %d: %w", c.Servers[i].ID, err)
		}
		servers = append(servers, asteriskproc.DataFolder(dir))
	}
	return sounds.NewStore(c.DataDir, servers), nil
}

// speak says a text by the espeak-ng of this machine, or one that came with an
// Asterisk that we run.
func (a *App) speak(ctx context.Context, s asteriskproc.Speech) (media.Sound, error) {
	trees := slices.Clone(a.o.Voices)
	for _, h := range a.hosts {
		trees = append(trees, h.Tree(ctx))
	}
	return asteriskproc.Say(ctx, trees, s)
}

// openPrompts puts what was uploaded where the Asterisks look for it: one may be
// new, or the data directory come from a backup.
func (a *App) openPrompts() error {
	var err error
	if a.prompts, err = PromptStore(a.o.Config, a.o.Sounds...); err != nil {
		return err
	}
	if err := a.prompts.Publish(); err != nil {
		// Made prompts are heard instead; that is no reason not to start.
		a.log.Error("uploaded prompts not put into place", "error", err)
	}
	return nil
}
