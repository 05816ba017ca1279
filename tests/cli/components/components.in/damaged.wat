(component (import "a" (func (param "b" c))))
