// Precompiled for the tests: GoogleTest and what the modules' faces bring. See modules.cmake.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module_pch.h"
