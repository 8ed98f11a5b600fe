// What a browser, and a program, sees of a topology that runs as processes. Nothing can be changed over it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "driver/live/live_services.h"
#include "http/server.h"

namespace firedrill::driver::live {

// One object for each replica.
json::array replicas_json(const std::vector<ReplicaView>& views);

class StatusPage {
 public:
  // `/` is the page, /replicas.json the same for programs. `views` is asked by any thread; `name` is the topology's,
  // for the title.
  static std::expected<StatusPage, std::string> open(std::uint16_t port, std::string name,
                                                     std::function<std::vector<ReplicaView>()> views);
  std::uint16_t port() const { return server_->port(); }

 private:
  explicit StatusPage(std::unique_ptr<http::Server> server) : server_(std::move(server)) {}
  std::unique_ptr<http::Server> server_;
};

}  // namespace firedrill::driver::live
