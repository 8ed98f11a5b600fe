// The people of a run: hears what pages, calls whoever is on call, lets them acknowledge, act and tell others. What
// they do to the world goes through its door like everybody's.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "driver/people/communicator.h"
#include "driver/service_host.h"
#include "events/component.h"
#include "events/sink.h"
#include "model/labels.h"
#include "model/matcher.h"
#include "oncall/escalation/escalation.h"
#include "oncall/escalation/handoffs.h"
#include "oncall/responders/response.h"

namespace firedrill::driver {

class OnCallDesk final : public events::Component, public events::Sink {
 public:
  struct Options {
    std::uint64_t seed = 0;
    Time start{};   // of the run
    Time origin{};  // of the judged part: absences count from it
    // Without an Alertmanager: the matchers of alerts that page. Else it says who is told.
    std::optional<std::vector<model::Matcher>> paging{};
  };

  // What people do is told to `sink`, which must not lead back here. It and the host must outlive the desk.
  OnCallDesk(std::shared_ptr<const oncall::Team> team, SeverityWatch watch, ServiceHost& host, const Options& options,
             events::Sink& sink);
  // Goes on where the other stands.
  OnCallDesk(const OnCallDesk& other, ServiceHost& host, events::Sink& sink);

  Time next_due() const override;
  void run_due(Time now) override;

  // What the others tell is kept until it is the desk's turn.
  void on_event(events::Event event) override;
  void on_minute(const events::Minute& minute) override { communicator_.on_minute(minute); }
  void on_transition(const events::AlertTransition& transition) override;
  void on_notification(const events::Notification& notification, const events::NotificationPayload* payload) override;

  // What somebody does by hand, as whoever they are on call as; the world stands at `now`. Of a page that does not go
  // on any more nothing happens.
  struct Hand {
    std::string person{};
    std::string role{};  // the tier
    std::string page{};  // for which it is done; empty: for none
  };
  void acknowledge(const Hand& hand, Time now);
  void escalate(const Hand& hand, const std::string& tier, Time now);
  void page(const Hand& hand, const std::string& schedule, Time now);
  // The error says why it cannot be, and nothing has happened then.
  std::expected<void, std::string> act(const Hand& hand, events::Action action, Time now);
  struct HandPost {
    std::string channel{};
    record::PostStatus status = record::PostStatus::investigating;
    record::SeverityLevel severity = record::SeverityLevel::p3;  // what they take it to be
    std::string incident{};                                      // what they call it
    Time since{};                                                // the first page for it
    std::string alerts{};                                        // names, separated by commas
    std::string text{};
  };
  void post(const Hand& hand, const HandPost& post, Time now);
  void note(const Hand& hand, const std::string& subject, std::string text, Time now);

  // By the severity function, over the last five minutes.
  record::SeverityLevel measured_severity() const { return communicator_.watch().now(); }
  // All that has become of pages so far, in order.
  const std::vector<oncall::PageEvent>& page_events() const { return page_events_; }

 private:
  // A notification of a receiver that pages, or without an Alertmanager an alert.
  struct Told {
    std::string page;
    std::string schedule;
    std::vector<model::Labels> firing;  // none: all is over
  };
  struct Over {
    model::Labels alert;
  };
  struct Seen {
    std::string action;
    bool helped = false;
  };
  // What somebody is paged for, as long as it goes on.
  struct Open {
    oncall::Page page;
    std::set<model::Labels> firing;
  };

  void hear(const Told& told, Time now);
  void hear(const Over& over, Time now);
  void hear(const Seen& seen, Time now);
  void close(const std::string& page, std::string_view reason, Time now);
  void tell(const std::vector<oncall::PageEvent>& events);
  void carry_out(const oncall::Deed& deed, Time now);
  void act(const oncall::Deed& deed, Time now);
  void acknowledge(const oncall::Deed& deed, Time now);
  void page_schedule(const oncall::Deed& deed, Time now);
  void tell_of_action(const events::Action& action, Time now);
  void call_commander(const std::string& page, std::string_view severity, std::string_view by, Time now);
  void say(const oncall::Deed& deed, std::string text, Time now);
  Open* find(std::string_view page);
  std::shared_ptr<const oncall::Plan> plan_of(const Open& open) const;

  std::shared_ptr<const oncall::Team> team_;
  std::shared_ptr<const oncall::Roster> roster_;  // the team's
  ServiceHost& host_;
  events::Sink& sink_;
  std::optional<std::vector<model::Matcher>> paging_;
  oncall::Escalation escalation_;
  oncall::Handoffs handoffs_;
  oncall::Response response_;
  Communicator communicator_;
  std::vector<std::variant<Told, Over, Seen>> heard_;
  std::vector<Open> open_;
  std::vector<oncall::PageEvent> page_events_;
};

}  // namespace firedrill::driver
