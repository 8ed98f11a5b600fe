// From a page to somebody who acknowledges it. Each page walks over the tiers of its schedule, in virtual time: whoever
// is on call when a tier's turn comes is paged, and the next tier follows when the delay is over.
//
//     start ──► paging ──► acknowledged ──► (time-out) paging, from the first tier on
//                  └─────► unanswered: all tiers, loops and schedules behind it are over
//
// A machine without a clock and without chance: it does what it is told and says what it did. A loop asks next_due()
// and calls advance(); a copy goes on by itself, so that a run can be branched.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

// What somebody is paged for.
struct Page {
  std::string id;        // of what goes on until it is acknowledged or resolved: a notification's group key
  std::string schedule;  // Roster::of_receiver
  Time at{};
  std::string alert{};     // for the events
  std::string incident{};  // likewise
  bool operator==(const Page&) const = default;
};

// What the reason of an escalation holds that came since a tier was silent: "primary has not acknowledged within 5m".
inline constexpr std::string_view kNotAcknowledged = " has not acknowledged within ";

struct PageEvent {
  enum class Kind {
    paged,         // a person is called
    nobody,        // the tier's turn has come and nobody is on call: the next one follows at once
    escalated,     // the next tier's turn has come
    acknowledged,  // by the person
    timed_out,     // the acknowledgement of the person has: the walk begins again
    unanswered,    // the walk is over, and nobody has acknowledged
    ended,         // resolved or silenced: nobody is called any more
  };
  Time t{};
  Kind kind = Kind::paged;
  std::string page{};
  std::string schedule{};
  std::string tier{};    // of the walk, when it happened; of acknowledged, as what the person is on call
  std::string person{};  // empty where there is none
  int loop = 0;          // 0 in the first walk over the tiers
  std::string reason{};  // of escalated and ended, in words
  bool operator==(const PageEvent&) const = default;
};
std::string_view to_string(PageEvent::Kind kind);  // "paged"

// What goes on of a page.
struct PageState {
  enum class Stage { paging, acknowledged, unanswered };
  Page page;
  Stage stage = Stage::paging;
  std::string schedule;   // of the walk: the page's, or one behind it
  std::size_t level = 0;  // the tier
  int loop = 0;
  std::string paged{};            // who was called last
  std::string acknowledged_by{};  // last
  Time due = Time::max();         // when it goes on by itself
  bool operator==(const PageState&) const = default;
};

// Every call takes its time, which never falls; what was due until then happens first. Each gives what happened, in
// order.
class Escalation {
 public:
  explicit Escalation(std::shared_ptr<const Roster> roster) : roster_(std::move(roster)) {}

  // At page.at. Of a page that goes on already nothing happens: its people have been called. The schedule must be one
  // of the roster's.
  std::vector<PageEvent> start(const Page& page);
  // Stops the walk until the acknowledgement times out; of one that was acknowledged before, counts anew. Also of an
  // unanswered one. Of an unknown page nothing happens.
  std::vector<PageEvent> acknowledge(std::string_view page, std::string_view person, Time t);
  // A person hands it on ("escalate to secondary"): the walk goes on from that tier of its schedule, and no
  // acknowledgement holds any more. Of an unknown page or tier nothing happens.
  std::vector<PageEvent> escalate(std::string_view page, std::string_view tier, std::string_view by, Time t);
  // "resolved", "silenced": it is over.
  std::vector<PageEvent> end(std::string_view page, std::string_view reason, Time t);

  // Time::max() if nothing goes on by itself.
  Time next_due() const;
  std::vector<PageEvent> advance(Time now);

  // Null if it does not go on.
  const PageState* find(std::string_view page) const;
  const std::vector<PageState>& pages() const { return pages_; }  // in the order of their starts

 private:
  std::vector<PageState>::iterator state_of(std::string_view page);
  void begin(PageState& state, const Schedule& schedule, Time t, std::vector<PageEvent>& out);
  void step(PageState& state, std::vector<PageEvent>& out);
  bool next_tier(PageState& state, const std::string& why, Time t, std::vector<PageEvent>& out);
  void call(PageState& state, Time t, std::vector<PageEvent>& out);
  void take_own_tier(const PageState& state, PageEvent& event) const;
  const Schedule& schedule_of(const PageState& state) const;
  const Tier& tier_of(const PageState& state) const;
  PageEvent told(const PageState& state, PageEvent::Kind kind, Time t) const;

  std::shared_ptr<const Roster> roster_;
  std::vector<PageState> pages_;
};

// As a run tells it. Of what has no kind of its own (unanswered, ended) a note.
events::Event event_of(const PageEvent& event, const Page& page);

}  // namespace firedrill::oncall
