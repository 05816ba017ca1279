// `echo server COUNT`, `echo client MESSAGE...`: Go's own net package, on the socket that was handed in as descriptor 3. Go for
// WASIp1 knows no other.
package main

import (
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		println(err.Error())
		os.Exit(1)
	}
}

func run(words []string) error {
	if len(words) < 2 {
		return errors.New("the first lines of the source say what it takes")
	}
	socket := os.NewFile(3, "socket")
	if words[0] == "client" {
		return client(socket, words[1:])
	}
	count, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	return server(socket, count)
}

// Each connection in a goroutine of its own. Ends when COUNT of them are served.
func server(socket *os.File, count int) error {
	listener, err := net.FileListener(socket)
	if err != nil {
		return err
	}
	say("ready")
	var served sync.WaitGroup
	for range count {
		stream, err := listener.Accept()
		if err != nil {
			return err
		}
		served.Go(func() {
			defer stream.Close()
			size, err := io.Copy(stream, stream)
			if err != nil {
				say(err.Error())
			}
			say(strconv.FormatInt(size, 10) + " bytes")
		})
	}
	served.Wait()
	return nil
}

func client(socket *os.File, messages []string) error {
	stream, err := net.FileConn(socket)
	if err != nil {
		return err
	}
	defer stream.Close()
	for _, message := range messages {
		if _, err := io.WriteString(stream, message); err != nil {
			return err
		}
		answer := make([]byte, len(message))
		if _, err := io.ReadFull(stream, answer); err != nil {
			return err
		}
		say(string(answer))
	}
	return nil
}

// The package fmt would make the file half as large again.
func say(line string) {
	_, _ = os.Stdout.WriteString(line + "\n")
}
