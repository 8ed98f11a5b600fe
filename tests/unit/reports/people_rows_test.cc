// What reports say of people: pages by role, at night, of no incident; actions and what came of them.
#include "reports/people_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text/format.h"

namespace firedrill::reports {
namespace {

using events::Event;
using events::EventKind;
using testing::ElementsAre;
using testing::IsEmpty;

Time at(const char* text) {
  return *parse_instant(text);
}

class PeopleRows : public testing::Test {
 protected:
  PeopleRows() {
    record_.started = record_.judged_from = at("2026-03-28T18:00:00Z");
    record_.judged_to = at("2026-03-29T18:00:00Z");
    record_.on_call.emplace();
    record_.on_call->schedules = {{"Shop", {"primary", "secondary"}, "Europe/London"}};
  }

  Event& tell(const char* t, EventKind kind, const char* subject) {
    return record_.timeline.emplace_back(Event{.t = at(t), .kind = kind, .subject = subject, .fields = {}});
  }
  void page(const char* t, const char* tier, const char* alert = "Down") {
    tell(t, EventKind::oncall_paged, "ada").with("tier", std::string(tier)).with("alert", std::string(alert));
  }
  void acknowledge(const char* t, const char* tier) {
    tell(t, EventKind::oncall_acknowledged, "ada").with("tier", std::string(tier));
  }
  void take(const char* t, const char* action, const char* target) {
    tell(t, EventKind::action_taken, action).with("by", std::string("primary")).with("target", std::string(target));
  }
  void see(const char* t, EventKind kind, const char* what, const char* reason) {
    tell(t, kind, what).with("reason", std::string(reason));
  }
  void fires(const char* alert, const char* from, const char* to, const char* incident) {
    record::AlertRecord& made = record_.alerts.emplace_back();
    made.alert = alert;
    made.firing_at = at(from);
    made.resolved_at = at(to);
    made.incident = incident;
  }

  std::vector<std::string> roles() const {
    std::vector<std::string> out;
    for (const ShiftRow& row : shift_rows(record_)) {
      out.push_back(format("{}: {} pages, {} at night, {} of no incident, {} acknowledged", row.role, row.pages,
                           row.at_night, row.of_no_incident, row.acknowledged));
    }
    return out;
  }
  std::vector<std::string> actions() const {
    std::vector<std::string> out;
    for (const ActionRow& row : action_rows(record_)) {
      const std::string_view outcome = row.outcome == ActionRow::Outcome::helped ? "helped"
                                       : row.outcome == ActionRow::Outcome::vain ? "vain"
                                                                                 : "open";
      out.push_back(
          format("{} {}: {}, {}{}", row.at, row.by, row.what, outcome, row.why.empty() ? "" : ": " + row.why));
    }
    return out;
  }

  record::Record record_;
};

TEST_F(PeopleRows, AreThereForNobody) {
  EXPECT_THAT(roles(), IsEmpty());
  EXPECT_THAT(actions(), IsEmpty());
  EXPECT_EQ(people_headline(record_), "0 pages.");
}

TEST_F(PeopleRows, CountByRoleAndNotByPerson) {
  page("2026-03-28T19:00:00Z", "primary");
  page("2026-03-28T19:05:00Z", "secondary");
  acknowledge("2026-03-28T19:06:00Z", "secondary");
  page("2026-03-28T17:59:00Z", "primary");  // in the warm-up
  EXPECT_THAT(roles(), ElementsAre("primary: 1 pages, 0 at night, 1 of no incident, 0 acknowledged",
                                   "secondary: 1 pages, 0 at night, 1 of no incident, 1 acknowledged"));
  EXPECT_EQ(people_headline(record_), "2 pages, 2 on which nobody acted.");
}

// By the clocks of the first schedule: London's jump from 01:00 to 02:00 in that night.
TEST_F(PeopleRows, KnowTheNightByTheScheduleClocks) {
  page("2026-03-28T21:59:59Z", "primary");
  page("2026-03-28T22:00:00Z", "primary");
  page("2026-03-29T05:59:59Z", "primary");  // 06:59:59 BST
  page("2026-03-29T06:00:00Z", "primary");  // 07:00 BST
  EXPECT_THAT(roles(), ElementsAre("primary: 4 pages, 2 at night, 4 of no incident, 0 acknowledged"));
  EXPECT_EQ(people_headline(record_), "4 pages, 2 of them at night, 4 on which nobody acted.");
  record_.on_call->schedules.front().zone = "Nowhere/Else";
  EXPECT_THAT(roles(), ElementsAre("primary: 4 pages, 3 at night, 4 of no incident, 0 acknowledged")) << "UTC";
}

TEST_F(PeopleRows, APageIsOfAnIncidentWhileOneOfItsAlertsIs) {
  fires("Down", "2026-03-28T19:00:00Z", "2026-03-28T19:30:00Z", "outage");
  fires("Noise", "2026-03-28T19:00:00Z", "2026-03-28T20:00:00Z", "");
  page("2026-03-28T19:00:00Z", "primary", "Down, Noise");
  page("2026-03-28T19:30:00Z", "primary", "Down");
  page("2026-03-28T19:30:01Z", "primary", "Down");
  page("2026-03-28T19:10:00Z", "primary", "Noise");
  EXPECT_THAT(roles(), ElementsAre("primary: 4 pages, 0 at night, 2 of no incident, 0 acknowledged"));
}

// The same action twice: each is followed by its own outcome, the later one by none yet.
TEST_F(PeopleRows, SayWhatCameOfEachAction) {
  take("2026-03-28T19:00:00Z", "restart", "web");
  see("2026-03-28T19:10:00Z", EventKind::action_ineffective, "restart web", "50 of 100 failed");
  take("2026-03-28T19:12:00Z", "restart", "web");
  see("2026-03-28T19:14:00Z", EventKind::action_effective, "restart web", "0 of 100 failed");
  take("2026-03-28T19:15:00Z", "restart", "web");
  take("2026-03-28T19:16:00Z", "scale", "api");
  record_.timeline.back().with("replicas", 4.0);
  EXPECT_THAT(actions(), ElementsAre("19:00:00 primary: restart web, vain: 50 of 100 failed, seen at 19:10:00",
                                     "19:12:00 primary: restart web, helped: 0 of 100 failed, seen at 19:14:00",
                                     "19:15:00 primary: restart web, open", "19:16:00 primary: scale api to 4, open"));
  EXPECT_EQ(people_headline(record_), "0 pages; 4 actions, 1 of which helped.");
}

// What changes nothing in the world is no action, nor is a fault anybody's.
TEST_F(PeopleRows, TellDeclarationsAndSilencesApart) {
  page("2026-03-28T19:00:00Z", "primary");
  take("2026-03-28T19:01:00Z", "declare", "P1");
  take("2026-03-28T19:02:00Z", "silence", "Down");
  take("2026-03-28T19:03:00Z", "silence", "Slow");
  take("2026-03-28T19:04:00Z", "begin_fault", "outage");
  EXPECT_EQ(people_headline(record_), "1 page, 1 on which nobody acted; 1 declaration; 2 silences.");
}

}  // namespace
}  // namespace firedrill::reports
