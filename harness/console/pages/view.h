// What a page is made from: the game as it stands, and what the address asks for. Pages change nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/game.h"
#include "console/pages/markup.h"
#include "console/pages/window.h"
#include "console/request/form.h"

namespace firedrill::console::pages {

// How time goes while nobody does anything: 0 it stands still, 1 as the clock on the wall, 10, 60.
struct Pace {
  int speed = 0;
};

// What a drill came to, once that has been reckoned.
struct Aftermath;
struct LoggedDrill;

struct View {
  const Game& game;
  const Form& form;
  std::vector<std::string> segments{};  // for the {} of its pattern
  Window window{};
  Pace pace{};
  // Whoever runs the drill looks at what the trainee sees: nothing can be done, and links stay below this.
  std::string below{};
  const Aftermath* after = nullptr;               // null: not known, or not yet
  bool reckoning = false;                         // it is being reckoned
  const std::vector<LoggedDrill>* log = nullptr;  // the trainee's file over drills; null: none is kept
  std::size_t epoch = 0;          // how often what was done has been taken back: an act names the one it means
  std::optional<bool> teaches{};  // whether it is said what is to be done next; nothing: as the drill is
  mutable std::shared_ptr<const std::vector<ServiceView>> known_services{};

  const Session& session() const { return game.session(); }
  // As Session has them, asked for once for the page: several queries each time.
  const std::vector<ServiceView>& services() const {
    if (!known_services) known_services = std::make_shared<const std::vector<ServiceView>>(session().services());
    return *known_services;
  }
  bool mirrored() const { return !below.empty(); }
  // An address of ours, with the time that the charts show.
  std::string to(std::string_view page, Query query = {}) const {
    for (auto& each : window.query()) query.push_back(std::move(each));
    return address(below + std::string(page), query);
  }
  // Where a number leads to: what it is made of.
  std::string to_query(std::string_view expression) const { return to("/query", {{"expr", std::string(expression)}}); }
  std::string to_service(std::string_view name) const { return to("/services/" + segment(name)); }
  std::string to_alert(std::string_view name) const { return to("/alerts/" + segment(name)); }
};

// A button that does a line of the console; nothing of it where nothing can be done. `kind`: primary | plain | danger.
Html act_button(const View& view, std::string_view line, std::string_view text, std::string_view kind = "plain");

}  // namespace firedrill::console::pages
