// The queue once more, in the plainest words, for comparison with the real rules on random operations. Shares no code
// with kiosk/domain: states and acts are words, times are milliseconds, every choice is made by crossing out
// candidates.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace queue_model {
using Ms = std::int64_t;
constexpr Ms k_minute = 60'000;

struct Person {
  int id = 0;  // in the order of issue
  std::string number, service, state, counter, officer, to_counter;
  int who = 0, cls = 0, calls = 0, returns = 0;
  bool first = false;
  Ms since = 0;  // elapsed time of the queue
};

struct Class {
  int head_start_min = 0, call_by_min = 0;
};

struct Model {
  std::vector<Class> classes;
  int recalls = 0, returns_allowed = 0;
  std::map<std::string, std::map<std::string, int>> serves;  // counter -> service -> rank
  std::vector<Person> people;                                // of today
  Ms elapsed = 0;                                            // forward motion only: what a true clock would show
  int last_number = 0;
  Ms day = 0;  // of the last number: days since 1970, local

  Person* find(int id) {
    for (auto& p : people)
      if (p.id == id) return &p;
    return nullptr;
  }
  static bool ended(const Person& p) { return p.state == "served" || p.state == "left" || p.state == "no_show"; }
  static bool waits(const Person& p) { return p.state == "waiting" || p.state == "transferred"; }
  bool may_come_back(const Person& p) const { return p.state == "no_show" && p.returns < returns_allowed; }
  bool has_live(int who, const std::string& service) const {
    return std::any_of(people.begin(), people.end(),
                       [&](const Person& p) { return p.who == who && p.service == service && !ended(p); });
  }

  // The next number whose holder is not, and will not be, in the house.
  std::string draw_number(Ms today) {
    if (today > day) {
      day = today;
      last_number = 0;
    }
    while (true) {
      last_number = last_number == 999 ? 1 : last_number + 1;
      std::string text = std::to_string(last_number);
      while (text.size() < 3) text.insert(0, "0");
      text.insert(0, "A-");
      bool used = false;
      for (const auto& p : people) used = used || (p.number == text && (!ended(p) || may_come_back(p)));
      if (!used) return text;
    }
  }

  bool overdue(const Person& p) const {
    return elapsed - p.since >= classes[static_cast<std::size_t>(p.cls)].call_by_min * k_minute;
  }
  // -1: this counter does not call it.
  int rank(const Person& p, const std::string& counter) const {
    if (!p.to_counter.empty() && p.to_counter == counter) return 0;
    if (!p.to_counter.empty() && !overdue(p)) return -1;
    const auto& list = serves.at(counter);
    const auto it = list.find(p.service);
    return it == list.end() ? -1 : it->second;
  }
  bool callable(const Person& p, const std::string& counter) const { return waits(p) && rank(p, counter) >= 0; }

  // Keeps those for whom `value` is smallest.
  template <class F>
  static void keep_smallest(std::vector<const Person*>& list, F value) {
    if (list.empty()) return;
    auto smallest = value(*list.front());
    for (const auto* p : list) smallest = std::min(smallest, value(*p));
    std::erase_if(list, [&](const Person* p) { return value(*p) != smallest; });
  }
  int next(const std::string& counter) const {  // 0: nobody
    std::vector<const Person*> list, late;
    for (const auto& p : people)
      if (callable(p, counter)) list.push_back(&p);
    for (const auto* p : list)
      if (overdue(*p)) late.push_back(p);
    if (!late.empty()) {
      list = late;
      keep_smallest(list, [&](const Person& p) {
        return p.since + classes[static_cast<std::size_t>(p.cls)].call_by_min * k_minute;
      });
    } else {
      keep_smallest(list, [&](const Person& p) { return rank(p, counter); });
      keep_smallest(list, [&](const Person& p) { return p.first ? 0 : 1; });
      keep_smallest(list, [&](const Person& p) {
        return p.since - classes[static_cast<std::size_t>(p.cls)].head_start_min * k_minute;
      });
    }
    keep_smallest(list, [](const Person& p) { return p.since; });
    keep_smallest(list, [](const Person& p) { return p.id; });
    return list.empty() ? 0 : list.front()->id;
  }

  static std::string after(const std::string& state, const std::string& act) {
    static const char* const steps[][3] = {
        {"created", "enqueue", "waiting"},
        {"created", "begin", "serving"},
        {"created", "leave", "left"},
        {"waiting", "call", "called"},
        {"waiting", "leave", "left"},
        {"waiting", "transfer", "transferred"},
        {"transferred", "call", "called"},
        {"transferred", "leave", "left"},
        {"transferred", "enqueue", "waiting"},
        {"transferred", "requeue", "waiting"},
        {"transferred", "transfer", "transferred"},
        {"called", "recall", "called"},
        {"called", "begin", "serving"},
        {"called", "park", "parked"},
        {"called", "no_show", "no_show"},
        {"called", "finish", "served"},
        {"called", "leave", "left"},
        {"called", "transfer", "transferred"},
        {"called", "requeue", "waiting"},
        {"serving", "park", "parked"},
        {"serving", "finish", "served"},
        {"serving", "wrap_up", "wrap_up"},
        {"serving", "leave", "left"},
        {"serving", "transfer", "transferred"},
        {"serving", "requeue", "waiting"},
        {"wrap_up", "finish", "served"},
        {"wrap_up", "begin", "serving"},
        {"parked", "call", "called"},
        {"parked", "requeue", "waiting"},
        {"parked", "leave", "left"},
        {"parked", "transfer", "transferred"},
        {"no_show", "recycle", "waiting"},
    };
    for (const auto& s : steps)
      if (state == s[0] && act == s[1]) return s[2];
    return "";
  }

  struct Wish {
    std::string act, counter, to_service, to_counter, place, officer;
  };
  // Whoever stands at a counter keeps it, and its officer, from everybody else.
  std::string in_the_way(const Person& p, const Wish& w) const {
    const bool brings = w.act == "call" || (w.act == "begin" && p.state == "created");
    const bool moves = w.act == "recall" && !w.counter.empty() && w.counter != p.counter;
    std::string fault;
    for (const auto& other : people) {
      if (other.id == p.id || (other.state != "called" && other.state != "serving" && other.state != "wrap_up"))
        continue;
      if ((brings || moves) && other.counter == w.counter) return "counter_busy";
      if (brings && other.officer == w.officer) fault = "officer_busy";
    }
    return fault;
  }
  // The fault's code, or "" when done.
  std::string act(Person& p, const Wish& w) {
    const std::string next_state = after(p.state, w.act);
    if (next_state.empty()) return "act_not_allowed";
    if (const auto fault = in_the_way(p, w); !fault.empty()) return fault;
    if (w.act == "transfer" && w.to_service.empty() && w.to_counter.empty()) return "transfer_nowhere";
    if (w.act == "no_show" && p.calls < recalls + 1) return "recall_first";
    if (w.act == "recycle" && p.returns == returns_allowed) return "no_more_returns";
    if (w.act == "call" || (w.act == "begin" && p.state == "created")) {
      p.counter = w.counter;
      p.officer = w.officer;
    }
    if (w.act == "recall" && !w.counter.empty()) p.counter = w.counter;
    if (w.act == "call" || w.act == "recall") ++p.calls;
    if (p.state == "created") p.since = w.act == "leave" ? p.since : elapsed;
    if (w.act == "begin") {
      p.first = false;
      p.to_counter = "";
    }
    if (w.act == "transfer" || w.act == "requeue" || w.act == "recycle") {
      p.counter = p.officer = "";
      p.calls = 0;
    }
    if (w.act == "transfer") {
      if (!w.to_service.empty()) p.service = w.to_service;
      p.to_counter = w.to_counter;
      p.first = w.place == "first";
      if (w.place == "last") p.since = elapsed;
    }
    if (w.act == "recycle") {
      ++p.returns;
      p.since = elapsed;
      p.first = false;
    }
    p.state = next_state;
    return "";
  }

  void end_day() { people.clear(); }
};
}  // namespace queue_model
