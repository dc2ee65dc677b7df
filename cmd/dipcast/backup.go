package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dipcast/dipcast/internal/datadir"
)

func backupCommand() *cobra.Command {
	var path string
	var check, recordings bool
	c := &cobra.Command{
		Use: "backup FILE", Short: "Write database, keys, certificates and configuration into one file", Args: cobra.ExactArgs(1),
		Long: "Write everything a gateway needs to go on elsewhere into one file: the database as it is\n" +
			"now, also while the gateway runs, keys, certificates, the configuration and the files it\n" +
			"names, with their secrets in clear, and of each Asterisk here whose files are ours what was\n" +
			"added by hand and AstDB. The file is readable by its owner only; keep it so.\n" +
			"--recordings adds the sound of recorded calls, of which else only the list is in it.\n" +
			"--check reads a backup instead, to its last byte, and says whether it is good.\n\n" +
			"데이터베이스, 키, 인증서, 설정과 Asterisk에 직접 추가한 설정, AstDB를 한 파일로 백업합니다. 비밀번호가 그대로 들어 있으니 안전하게 보관하세요.\n" +
			"--recordings는 통화 녹음 소리도 담고, --check는 백업 파일을 검사합니다.",
		Example: "  dipcast backup /backup/dipcast-2026-11-21.tar.gz --config dipcast.yaml\n" +
			"  dipcast backup --check /backup/dipcast-2026-11-21.tar.gz",
		RunE: func(c *cobra.Command, args []string) error {
			out := c.OutOrStdout()
			if check {
				got, err := datadir.Check(c.Context(), args[0])
				if err != nil {
					return err
				}
				fmt.Fprintf(out, "%s: good. ", args[0])
				describe(out, &got.Manifest)
				fmt.Fprintf(out, "The database is sound, its audit trail of %d rows unbroken.\n", got.AuditRows)
				return nil
			}
			m, err := datadir.Backup(c.Context(), datadir.BackupOptions{
				Config: path, Environ: environ(), Version: versionText(), To: args[0], Recordings: recordings,
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%s: written. ", args[0])
			describe(out, &m)
			fmt.Fprintln(out, m.Note)
			return nil
		},
	}
	configFlag(c, &path)
	c.Flags().BoolVar(&recordings, "recordings", false, "also the sound of recorded calls")
	c.Flags().BoolVar(&check, "check", false, "check a backup instead of making one")
	return c
}

// describe says what a backup is.
func describe(out io.Writer, m *datadir.Manifest) {
	fmt.Fprintf(out, "%d files of %s, made by %s, database version %d:\n",
		len(m.Files), m.Created.Format("2006-01-02 15:04:05 MST"), m.Version, m.Schema)
	recordings, bytes := 0, int64(0)
	for _, f := range m.Files {
		if strings.HasPrefix(f.Name, "data/"+datadir.RecordingsDir+"/") { // thousands, with numbers of callers
			recordings, bytes = recordings+1, bytes+f.Size
			continue
		}
		fmt.Fprintf(out, "  %s  %d bytes", f.Name, f.Size)
		if f.Path != "" {
			fmt.Fprintf(out, "  (%s)", f.Path)
		}
		fmt.Fprintln(out)
	}
	if recordings > 0 {
		fmt.Fprintf(out, "  the sound of %d recordings  %d bytes\n", recordings, bytes)
	}
}

func restoreCommand() *cobra.Command {
	var path string
	var force bool
	c := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in its place", Args: cobra.ExactArgs(1),
		Long: "Put the configuration of a backup where --config says, the files it names where they\n" +
			"stood, and the rest into its data directory. Everything is checked first; when it is cut\n" +
			"off, everything is as it was, or the next start of the gateway finishes it. Refused while\n" +
			"a gateway runs there, for a backup of a newer release, and when something would be\n" +
			"overwritten: --force puts that aside. Run it as the user the gateway runs as, or as root.\n\n" +
			"백업을 복원합니다. 먼저 모두 검사하며, 중간에 끊겨도 반만 복원되지 않습니다.\n" +
			"--force는 기존 파일을 옆으로 옮겨 둡니다.",
		RunE: func(c *cobra.Command, args []string) error {
			done, err := datadir.Restore(c.Context(), datadir.RestoreOptions{From: args[0], Config: path, Environ: environ(), Force: force})
			if err != nil {
				return err
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "%s: restored into %s. ", args[0], done.Dir)
			describe(out, &done.Manifest)
			for _, w := range done.Written {
				fmt.Fprintln(out, "written:", w)
			}
			for _, a := range done.Aside {
				fmt.Fprintln(out, "what was there is now:", a)
			}
			fmt.Fprintf(out, "The database is sound, its audit trail of %d rows unbroken.\n", done.AuditRows)
			return nil
		},
	}
	configFlag(c, &path)
	c.Flags().BoolVar(&force, "force", false, "put aside what is there")
	return c
}
