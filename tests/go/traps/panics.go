package main

// Panics that nobody hears of. Who lets one go is marked in the line: "lets it go".

func panicDropped() error {
	func() {
		defer func() { recover() }() // lets it go
		panic(fail("dropped panic"))
	}()
	return nil
}

func panicTested() error {
	func() {
		defer func() {
			if recover() != nil { // lets it go
				failures++
			}
		}()
		panic("tested panic")
	}()
	return nil
}

func panicLogged() error {
	func() {
		defer func() {
			if r := recover(); r != nil {
				journal.Print("recovered: ", r)
			}
		}()
		panic("logged panic")
	}()
	return nil
}

func panicKept() error {
	func() {
		defer func() { lastPanic = recover() }()
		panic("kept panic")
	}()
	return nil
}

var lastPanic any

//go:noinline
func handles() (ok bool) {
	defer index()
	ok = true
	if r := recover(); r != nil {
		ok = false
		lastPanic = r
	}
	return
}

func panicHandled() error {
	func() {
		defer handles()
		panic("handled panic")
	}()
	return nil
}
