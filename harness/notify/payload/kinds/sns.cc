// Amazon's SNS: Publish, as a form.
#include <map>

#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "notify/payload/text.h"

namespace firedrill::notify::payloads {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} * 1024;
constexpr std::size_t kMostOfShortMessage = 1600;  // by telephone

std::map<std::string, std::string> attributes(Draft& draft) {
  std::map<std::string, std::string> out;
  const Value* given = draft.settings().find("attributes");
  if (given == nullptr) return out;
  for (const auto& [name, value] : given->entries) {
    Value key = value;
    key.text = name;
    out[draft.rendered(key)] = draft.text(*given, name, {}, "attributes");
  }
  return out;
}

}  // namespace

void sns(Draft& draft) {
  const Value& settings = draft.settings();
  draft.retry_faults();
  std::string address = draft.text("api_url");
  const Value* sigv4 = settings.find("sigv4");
  if (address.empty()) {
    address = format("https://sns.{}.amazonaws.com/", sigv4 == nullptr ? "" : sigv4->text_of("region"));
  }
  std::map<std::string, std::string> named = attributes(draft);
  Parameters parameters{{"Action", "Publish"}, {"Version", "2010-03-31"}};
  if (settings.filled("topic_arn")) {
    const std::string topic = draft.text("topic_arn");
    parameters.emplace_back("TopicArn", topic);
    if (topic.ends_with(".fifo")) {
      parameters.emplace_back("MessageDeduplicationId", draft.hash());
      parameters.emplace_back("MessageGroupId", draft.hash());
    }
  }
  if (settings.filled("phone_number")) parameters.emplace_back("PhoneNumber", draft.text("phone_number"));
  if (settings.filled("target_arn")) parameters.emplace_back("TargetArn", draft.text("target_arn"));
  const std::size_t most = settings.filled("phone_number") ? kMostOfShortMessage : kMostBytes;
  std::string message = settings.find("message") == nullptr ? "" : draft.rendered(*settings.find("message"));
  if (message.size() > most) {
    message.resize(most);
    named["truncated"] = "true";
  }
  draft.show("message", message);
  parameters.emplace_back("Message", message);
  if (settings.filled("subject")) parameters.emplace_back("Subject", draft.text("subject"));
  // 0.25 says that there are none.
  if (named.empty() && !draft.is_recent()) parameters.emplace_back("MessageAttributes", "");
  std::size_t number = 0;
  for (const auto& [name, value] : named) {
    const std::string entry = format("MessageAttributes.entry.{}.", ++number);
    parameters.emplace_back(entry + "Name", name);
    parameters.emplace_back(entry + "Value.DataType", "String");
    parameters.emplace_back(entry + "Value.StringValue", value);
  }
  Payload::Request& request = draft.request("POST", address);
  request.headers.insert(request.headers.begin(),
                         {"Content-Type", draft.is_recent() ? "application/x-www-form-urlencoded"
                                                            : "application/x-www-form-urlencoded; charset=utf-8"});
  request.body = encode_form(std::move(parameters));
}

}  // namespace firedrill::notify::payloads
