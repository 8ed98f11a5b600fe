// What people do about pages: who has been called acknowledges after a time, and then works. A machine without a clock,
// like the escalation beside it: it says what somebody does next, and is told what came of it.
//
//     paged ──► acknowledged ──► step ──► helped, or not ──► next step … until the page is over
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "oncall/responders/responder.h"

namespace firedrill::oncall {

// What somebody does.
struct Deed {
  enum class Kind {
    acknowledge,
    act,       // `action`
    escalate,  // to the tier `who` of the page's schedule
    page,      // the schedule `who`
    give_up,   // the playbook has no further step
  };
  Time t{};
  Kind kind = Kind::acknowledge;
  std::string page{};
  std::string person{};
  std::string role{};  // the tier in which they were called
  events::Action action{};
  std::string who{};
  std::string playbook{};  // of which it is a step; empty: of none
  bool operator==(const Deed&) const = default;
};

// Every call takes its time, which never falls. Copies go on by themselves.
class Response {
 public:
  // Absences count from `origin`. Each person draws from a stream of their own.
  Response(std::shared_ptr<const Team> team, std::uint64_t seed, Time origin);

  // Somebody is called.
  void paged(std::string_view page, std::string_view role, std::string_view person, Time t);
  // They have acknowledged, and begin to work; `plan`: the playbook's, null if there is none.
  void acknowledged(const Deed& deed, std::shared_ptr<const Plan> plan);
  // What came of an action that somebody began: it was refused, or is done and nothing more will be heard of it.
  void refused(const Deed& deed);
  void done(const Deed& deed);
  // What was seen of an action's effect (events::describe without arguments: "restart checkout").
  void seen(std::string_view action, bool helped, Time t);
  // Nobody needs to do anything about it any more.
  void over(std::string_view page, Time t);

  Time next_due() const;
  // The next of what is due by then, in order of time; nothing: nothing is.
  std::optional<Deed> next(Time now);

 private:
  struct Call {
    std::string page;
    std::string person;
    std::string role;
    Time due = Time::max();  // max: when they have their hands free
  };
  struct Work {
    std::string page;
    std::string person;
    std::string role;
    std::shared_ptr<const Plan> plan;
    std::size_t step = 0;
    Time due = Time::max();
    std::vector<std::string> awaited{};  // the actions whose effects they wait to see
    bool helped = false;                 // one of those that were taken together has
  };
  // Done at its time, whatever the page has come to.
  struct Later {
    Deed deed;
    bool of_page = false;  // not if the page is over by then
  };

  Duration draw(const DistributionSpec& time, std::string_view person);
  bool is_busy(std::string_view person) const;
  void plan_call(Call& call, Time t);
  void begin_script(const Deed& deed);
  void begin_work(const Deed& deed, std::shared_ptr<const Plan> plan);
  void go_on(Work& work, Time t);
  void put_back(const Work& work, Time t);
  void take_up(Time t);
  static bool goes_on_at_once(const Work& work);
  void take_note(Work& work, bool helped, Time t);
  Deed deed_of(Work& work);
  Work* work_of(const Deed& deed);

  std::shared_ptr<const Team> team_;
  Time origin_;
  std::vector<std::pair<std::string, RandomStream>> chance_;  // by person, made when first asked
  std::uint64_t seed_;
  std::vector<Call> calls_;
  std::vector<Work> works_;
  std::vector<Later> later_;                               // in order of time
  std::set<std::pair<std::string, std::string>> holding_;  // person, page
  std::set<std::string, std::less<>> scripts_begun_;       // by person
};

}  // namespace firedrill::oncall
