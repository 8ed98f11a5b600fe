// The drill as pages for people, on the loopback interface: whoever works it at one address, whoever runs it at
// another, each with a token of its own, and neither side's session opens the other's door.
//
//     trainee      /…                the pages of page_table.h       GET /stream, /state, /names
//                  POST /session     {"token"} → the cookie
//                  POST /act         {"line", "key", "epoch"} → {"ok", "text", "now", "over"}; once for each key
//                  POST /pace        {"pace": "pause" | "real" | "x10" | "x60"}; 409 once the drill is over
//     facilitator  /…                pages of its own, and below /trainee what the trainee sees
//                  POST /act         the same, for inject, end, message, mark
//
// Time goes on by itself as the pace says, as long as a page is open somewhere; when somebody is paged it falls back to
// real. One request is worked on at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "console/server/drill_host.h"

namespace firedrill::console::pages {

class PagesServer {
 public:
  struct Options {
    std::uint16_t port = 0;              // 0: any free one
    std::uint16_t facilitator_port = 0;  // the same
    int speed = 1;                       // the pace in the beginning: 0, 1, 10, 60
    // The trainee's file over drills. `log_text` reads it, `log_add` adds a line; empty: none is kept.
    std::function<std::string()> log_text{};
    std::function<void(const std::string&)> log_add{};
  };
  // Answers from now on. The host must outlive it, and is used by it alone until it is stopped. The error says which
  // port cannot be had and why.
  static std::expected<std::unique_ptr<PagesServer>, std::string> start(DrillHost& host, Options options);
  // Stops.
  ~PagesServer();
  PagesServer(const PagesServer&) = delete;
  PagesServer& operator=(const PagesServer&) = delete;

  // What is opened in a browser: the token stands behind the #, and so in no request and no log.
  std::string trainee_url() const;
  std::string facilitator_url() const;
  // Whether whoever runs the drill has asked for the program's end. Any thread may ask.
  bool ended() const;
  void stop();

 private:
  struct State;
  explicit PagesServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace firedrill::console::pages
