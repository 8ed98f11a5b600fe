// What main.cc offers, each as a program: they return its exit code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace firedrill::bench {

int backend(std::size_t bytes);
int proxy(std::uint16_t backend_port);
int load(std::uint16_t port, const std::string& path, std::size_t connections, double seconds);
int chance(std::size_t requests);
int delay(std::size_t requests);

}  // namespace firedrill::bench
