// What is to become of one request that goes through a fault proxy.
#pragma once

#include <cstddef>
#include <vector>

#include "base/random.h"
#include "fake_services/proxy/line_faults.h"

namespace firedrill::fake_services {

struct Fate {
  enum class Kind { carried, reset, silent, replied, lost, cut, truncated } kind = Kind::carried;
  InjectedReply reply{};         // of `replied`
  std::size_t answer_bytes = 0;  // of `cut` and `truncated`: that get through
  double wait_to_backend_s = 0;
  double wait_to_client_s = 0;
  Pace to_backend{};
  Pace to_client{};
  double close_s = 0;      // the backend is asked to close behind its answer, and the client hears of it so much later
  double packet_loss = 0;  // share of the packets that are lost, those that open the connection among them

  // It is anything but carried at once, as fast as it goes.
  bool is_hit() const {
    return kind != Kind::carried || wait_to_backend_s > 0 || wait_to_client_s > 0 || !to_backend.is_free() ||
           !to_client.is_free() || close_s > 0;
  }
};

// What was drawn for one connection, of faults that hit connections as a whole.
class ConnectionDraws {
 public:
  // Whether it is of the share of connections that the fault hits: a connection of a share is of any larger one.
  bool is_hit(std::size_t fault, double share, RandomStream& chance);

 private:
  struct Drawn {
    std::size_t fault = 0;
    double number = 0;  // [0, 1)
  };
  std::vector<Drawn> drawn_;
};

// Draws it; what hits takes from allowances.
Fate draw_fate(const LineFaults& faults, ConnectionDraws& connection, RandomStream& chance);

}  // namespace firedrill::fake_services
