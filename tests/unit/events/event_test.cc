#include "events/event.h"

#include <gtest/gtest.h>

#include <set>

namespace firedrill::events {
namespace {

TEST(Events, EveryKindHasANameADescriptionAndIsReadBack) {
  std::set<std::string_view> names;
  for (const EventKindSpec& spec : event_kinds()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_EQ(parse_event_kind(spec.name), spec.kind);
    EXPECT_FALSE(spec.doc.empty()) << spec.name;
    EXPECT_FALSE(spec.subject.empty()) << spec.name;
    EXPECT_FALSE(describe(Event{Time(), spec.kind, "subject", {}}).empty()) << spec.name;
  }
  EXPECT_EQ(parse_event_kind("alert.firing"), EventKind::alert_firing);
  EXPECT_EQ(parse_event_kind("alert.burning"), std::nullopt);
}

TEST(Events, CarriedFieldsKeepTheTablesOrderAndAreReplaced) {
  Event event{Time(), EventKind::slo_breached, "API Availability", {}};
  event.with("objective", 0.999).with("service", std::string("web")).with("objective", 0.99);
  ASSERT_EQ(event.fields.size(), 2U);
  EXPECT_EQ(event.fields[0].name, "service");
  EXPECT_EQ(event.number("objective"), 0.99);
  EXPECT_EQ(event.text("service"), "web");
  EXPECT_EQ(event.text("incident"), "");
}

TEST(Events, ReadsAsSentences) {
  Event fault{Time(), EventKind::fault_injected, "db-refuses", {}};
  fault.with("fault", std::string("connection_refused")).with("target", std::string("postgres"));
  EXPECT_EQ(describe(fault), "fault db-refuses injected (connection_refused on postgres)");
  Event alert{Time(), EventKind::alert_firing, "SLOFastBurn", {}};
  alert.with("labels", model::Labels{{"alertname", "SLOFastBurn"}, {"severity", "critical"}});
  EXPECT_EQ(describe(alert), "SLOFastBurn {severity=\"critical\"} fires");
  Event notified{Time(), EventKind::receiver_notified, "pager", {}};
  notified.with("alert", std::string("Down")).with("status", std::string("firing"));
  notified.with("firing", 2.0).with("resolved", 0.0).with("reason", std::string("first notification"));
  EXPECT_EQ(describe(notified), "pager notified of Down, 2 firing (first notification)");
  notified.with("firing", 0.0).with("resolved", 1.0);
  EXPECT_EQ(describe(notified), "pager notified of Down, 1 resolved (first notification)");
  Event slo{Time(), EventKind::slo_breached, "API Availability", {}};
  slo.with("sli", 0.998727).with("objective", 0.999);
  EXPECT_EQ(describe(slo), "SLO API Availability missed: 99.873 % of an objective of 99.9 %");
}

}  // namespace
}  // namespace firedrill::events
