"""Benchmarks, one module each with a `main(argv)`: `./bench NAME`. The script took the name, hence this folder's."""
