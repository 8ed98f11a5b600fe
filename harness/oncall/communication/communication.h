// What a team tells others while it works on an incident: who has acknowledged first posts, says more as it gets on,
// keeps the cadence, and says when it is over. A machine without a clock, like those beside it.
//
//     acknowledged ──► first post ──► an action: identified ──► it helped: monitoring ──► all pages over: resolved
//                        └─ an update at the latest when the cadence says so ─┘
//
// What is worked on at one time is one incident: a page that goes on meanwhile belongs to it, whether or not somebody
// has acknowledged it, and as long as one goes on it is not over.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "oncall/communication/templates.h"
#include "oncall/responders/responder.h"

namespace firedrill::oncall {

// What is posted, without its words.
struct Post {
  std::string channel{};
  PostData data{};
  std::string person{};  // who posts
};

// Who has acknowledged which page.
struct AcknowledgedPage {
  std::string id{};
  std::string person{};
  std::string role{};
  std::shared_ptr<const Plan> plan{};  // the playbook's; null: there is none
};

// Every call takes its time, which never falls. Copies go on by themselves.
class Communication {
 public:
  explicit Communication(std::shared_ptr<const Team> team) : team_(std::move(team)) {}

  // Somebody is paged; of a page that goes on: further alerts of it.
  void paged(const std::string& page, const std::set<std::string>& alerts, Time t);
  // A page that goes on. `severity`: the worst since it began, as far as can be measured.
  void acknowledged(const AcknowledgedPage& page, record::SeverityLevel severity, Time t);
  // What was measured now; the worst counts, unless somebody has declared one.
  void measured(record::SeverityLevel severity, Time t);
  void declared(record::SeverityLevel severity, Time t);
  void acted(const std::string& action, Time t);
  // An action was seen to help.
  void helped(Time t);
  // Nothing is left of the page, acknowledged or not.
  void over(std::string_view page, Time t);

  // Whether something is worked on, of which others are told.
  bool open() const { return incident_.has_value(); }

  Time next_due() const;
  // What is posted now, inside first.
  std::vector<Post> advance(Time now);

 private:
  // What goes on, whether or not somebody has acknowledged it.
  struct Page {
    std::set<std::string> alerts;
    Time paged{};
  };
  struct Incident {
    std::string id;
    std::string person;
    std::string role;
    Time began{};
    Time first_due{};
    record::SeverityLevel severity = record::SeverityLevel::p3;
    bool is_declared = false;
    record::PostStatus status = record::PostStatus::investigating;
    std::set<std::string> alerts;
    std::vector<std::string> actions;
    Cadence4 cadence{};
    std::optional<Time> posted_internal;
    std::optional<Time> posted_external;
    Time internal_due = Time::max();
    Time external_due = Time::max();
    Time final_due = Time::max();
  };

  void begin(const AcknowledgedPage& page, record::SeverityLevel severity, Time t);
  bool posts_outside() const;
  std::optional<Duration> every() const;
  // Something has happened of which is to be told.
  void news(Time t, bool outside);
  void raise(record::SeverityLevel severity, Time t);
  Post post_of(std::string_view channel, PostKind kind, Time t) const;

  std::shared_ptr<const Team> team_;
  std::map<std::string, Page, std::less<>> pages_;
  std::optional<Incident> incident_;
  int count_ = 0;
};

}  // namespace firedrill::oncall
