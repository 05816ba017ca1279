;; Imports two interfaces that iwasm does not have, and calls one.
(component
    (import "wasi:http/outgoing-handler@0.2.3" (instance $http (export "handle" (func))))
    (import "wasi:keyvalue/store@0.2.0" (instance (export "open" (func))))
    (core func $handle (canon lower (func $http "handle")))
    (core module $m
        (import "" "handle" (func $handle))
        (func (export "run") (result i32) call $handle i32.const 0))
    (core instance $i (instantiate $m (with "" (instance (export "handle" (func $handle))))))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $exports (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $exports)))
