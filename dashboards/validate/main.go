// Validates boards strictly with Grafana's Foundation SDK: unknown fields, missing required fields and wrong types are
// errors, also in the options of panels and the targets of Prometheus.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: validate BOARD.json ...")
		os.Exit(2)
	}
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, file := range os.Args[1:] {
		if err := validate(file); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			failed = true
			continue
		}
		fmt.Printf("%s: valid\n", file)
	}
	if failed {
		os.Exit(1)
	}
}

func validate(file string) error {
	json, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var board dashboard.Dashboard
	// For a valid board, version 0.0.22 of the SDK returns an error without a text instead of nil.
	if err := board.UnmarshalJSONStrict(json); err != nil && err.Error() != "" {
		return err
	}
	if err := board.Validate(); err != nil && err.Error() != "" {
		return err
	}
	return nil
}
