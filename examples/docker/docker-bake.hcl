# The two services of two-services.Dockerfile, from one cook layer:
#
#   docker buildx bake
#   LARDER_IMAGE=cargo-larder:0.1.0 docker buildx bake admin
variable "LARDER_IMAGE" {
  default = "cargo-larder"
}

variable "RUST_IMAGE" {
  default = "rust:1"
}

variable "RUNTIME_IMAGE" {
  default = "debian:stable-slim"
}

group "default" {
  targets = ["app", "admin"]
}

target "service" {
  context    = "."
  dockerfile = "two-services.Dockerfile"
  args = {
    LARDER_IMAGE  = LARDER_IMAGE
    RUST_IMAGE    = RUST_IMAGE
    RUNTIME_IMAGE = RUNTIME_IMAGE
  }
}

target "app" {
  inherits = ["service"]
  target   = "app"
  tags     = ["app"]
}

target "admin" {
  inherits = ["service"]
  target   = "admin"
  tags     = ["admin"]
}
