// `http COUNT`: an HTTP server of Go's own, on the listener that was handed in as descriptor 3. Ends after COUNT requests.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) != 1 {
		return fmt.Errorf("it takes the number of requests")
	}
	count, err := strconv.Atoi(words[0])
	if err != nil {
		return err
	}
	listener, err := net.FileListener(os.NewFile(3, "socket"))
	if err != nil {
		return err
	}
	requests := make(chan string, count)
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%s %s: %s", r.Method, r.URL.Path, body)
		requests <- r.URL.Path
	})}
	fmt.Println("ready")
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	for range count {
		select {
		case path := <-requests:
			fmt.Println("served", path)
		case err := <-ended:
			return err
		}
	}
	return server.Shutdown(context.Background())
}
