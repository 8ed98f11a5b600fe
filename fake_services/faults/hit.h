// What a fault hits of one service.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace firedrill::fake_services {

struct Hit {
  std::size_t service = 0;
  std::vector<bool> replicas;
  std::optional<std::size_t> edge;  // only the connections over it
};

}  // namespace firedrill::fake_services
