// What a suite keeps of a run: its pages.
#include "suite/summarise.h"

#include <gmock/gmock.h>

#include "base/text/format.h"
#include "record/record.h"

namespace firedrill::suite {
namespace {

using testing::ElementsAre;

class Summarise : public testing::Test {
 protected:
  // An alert that fires after so many minutes, arrives at once and is meant to page.
  void fires(const std::string& name, int minute, const std::string& incident,
             const std::string& attribution = "named") {
    record::AlertRecord& alert = record_.alerts.emplace_back();
    alert.alert = name;
    alert.labels = {{"alertname", name}};
    alert.firing_at = alert.received_at = Time(minute * 1min);
    alert.pages = true;
    alert.incident = incident;
    alert.attribution = attribution;
  }

  // A notification of alerts that fire, flushed half a minute after that minute.
  events::Notification& tells(const std::vector<std::string>& alerts, int minute) {
    if (!record_.alertmanager) record_.alertmanager.emplace();
    events::Notification& told = record_.alertmanager->notifications.emplace_back();
    told.t = told.flushed_at = Time(minute * 1min + 30s);
    told.receiver = "pager";
    told.group_key = format("of {}", alerts.size());
    told.pages = told.accepted = true;
    told.reason = "first_notification";
    for (const std::string& each : alerts) told.alerts.push_back({"firing", {{"alertname", each}}});
    return told;
  }

  std::vector<std::string> pages() const {
    std::vector<std::string> out;
    for (const reports::suite::Page& page : summarise(record_, {}, {}).pages) {
      out.push_back(format("{} for {}: {}", page.alert, page.incident.empty() ? "nothing" : page.incident, page.times));
    }
    return out;
  }

  record::Record record_;
};

TEST_F(Summarise, WithoutAnAlertmanagerEachAlertThatPagesIsAPage) {
  fires("Errors", 1, "db");
  fires("Slow", 1, "db");
  fires("Errors", 9, "db");
  fires("Noise", 3, "", "spurious");
  fires("Early", 0, "", "warmup");
  EXPECT_THAT(pages(), ElementsAre("Errors for db: 2", "Noise for nothing: 1", "Slow for db: 1"));
}

TEST_F(Summarise, WithAnAlertmanagerAPageIsWhatAPersonWasCalledBy) {
  fires("Noise", 1, "", "spurious");
  fires("Errors", 1, "db");
  fires("Slow", 1, "db");
  fires("Early", 0, "", "warmup");
  tells({"Noise", "Errors", "Slow"}, 1);  // once, for the incident
  tells({"Noise", "Errors", "Slow"}, 5).reason = "repeat";
  tells({"Noise"}, 1);
  tells({"Early"}, 2);
  tells({"Slow"}, 6).accepted = false;
  tells({"Slow"}, 7).pages = false;
  EXPECT_THAT(pages(), ElementsAre("Errors for db: 2", "Noise for nothing: 1"));
}

// Alerts that are silenced call nobody, whatever they are meant for.
TEST_F(Summarise, WhatNobodyWasToldOfIsNoPage) {
  fires("Errors", 1, "db");
  record_.alertmanager.emplace();
  EXPECT_THAT(pages(), ElementsAre());
}

}  // namespace
}  // namespace firedrill::suite
