package floors_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// source is one Go file of the repository.
type source struct {
	pkg     string // its folder, from the root
	test    bool
	imports []imported
}

// imported is one import of a file.
type imported struct {
	path string
	at   string // file:line
}

// scan reads the imports of all Go files below root, whatever their build tags.
// It leaves out other modules, and folders that Go leaves out.
func scan(t *testing.T, root string) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(root, file, d.Name())
		case filepath.Ext(file) != ".go":
			return nil
		}
		s, err := read(root, file)
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(root, file string) (source, error) {
	rel, err := filepath.Rel(root, file)
	if err != nil {
		return source{}, err
	}
	rel = filepath.ToSlash(rel)
	s := source{pkg: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go")}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.ImportsOnly)
	if err != nil {
		return source{}, err
	}
	for _, spec := range f.Imports {
		full, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", rel, err)
		}
		s.imports = append(s.imports, imported{full, fmt.Sprintf("%s:%d", rel, fset.Position(spec.Pos()).Line)})
	}
	return s, nil
}

// skip answers fs.SkipDir for folders whose Go files are not ours to check.
func skip(root, dir, name string) error {
	if dir == root {
		return nil
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
