// Who gets to the pages: a browser of this machine that has handed over the token once, and shows by a cookie since
// that it has. Cookies know no ports, so that each side of each drill has one of its own name and value.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "console/server/gate.h"
#include "http/message.h"

namespace firedrill::console::pages {

class Door {
 public:
  // `side`: trainee | facilitator. `token` is what the address has behind its #, `session` what the cookie holds.
  Door(std::string_view side, std::string token, std::string session)
      : side_(side), token_(std::move(token)), session_(std::move(session)) {}

  // Once the port is known.
  void stand_at(std::uint16_t port) { port_ = port; }
  // What to answer a request that is not ours or too many; nothing: it may go on, known or not.
  std::optional<http::Response> refuse(const http::Request& request, double now_s);
  // Whether it bears the session, and comes from no page of another address of this machine.
  bool knows(const http::Request& request) const;
  // Of POST /session, whose body is {"token": …}: the cookie, or a refusal.
  http::Response open(const http::Request& request) const;

  const std::string& token() const { return token_; }

 private:
  std::string cookie_name() const;

  std::string side_;
  std::string token_;
  std::string session_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  Allowance known_{500};
  Allowance strangers_{50};
};

// Headers of every answer: no page of ours runs or loads what is not ours, nobody shows it within theirs, nothing is
// kept by the browser.
void protect(http::Response& response);

}  // namespace firedrill::console::pages
