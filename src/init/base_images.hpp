#pragma once

#include "larder/init/plan.hpp"
#include "larder/recipe/inputs.hpp"

namespace larder::init {

/// Sets the images, and the toolchain file where the Rust image does not have what it names.
void decide_images(const recipe::Inputs& inputs, Plan& plan);

}  // namespace larder::init
