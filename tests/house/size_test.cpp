// How long a function and a file may be. Today's offenders stand in size_ceilings.h.
#include "checkout.h"
#include "code.h"
#include "size_ceilings.h"

using namespace kiosk::house;

namespace {

constexpr int k_function = 60, k_file = 400;

Lengths function_lengths(const std::vector<Source>& sources) {
  Lengths out;
  for (const auto& s : sources)
    for (const auto& f : functions_of(s.text)) {
      auto& most = out[s.path + " " + f.name + (f.parameters.empty() ? "" : "(" + f.parameters + ")")];
      most = std::max(most, f.lines);
    }
  return out;
}

std::string lines(int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += "  work();\n";
  return out;
}

// Name and length of all, in their order.
std::string counted(const std::string& text) {
  std::string out;
  for (const auto& f : functions_of(text)) out += f.name + "=" + std::to_string(f.lines) + " ";
  return out;
}

bool is_counted(const std::string& path) {
  return is_code(path) && (path.starts_with("kiosk/") || path.starts_with("drivers/") || path.starts_with("tests/"));
}

}  // namespace

TEST_CASE("house: the counter of functions finds each kind, whatever its braces stand in") {
  CHECK(counted("namespace a {\nint f(int x) {\n" + lines(70) + "}\n}  // namespace a\n") == "f=72 ");
  CHECK(counted("struct A {\n  int x{1};\n  void g() const override {\n  }\n};\nvoid A::h() {}\n") == "g=2 A::h=1 ");
  CHECK(counted("A::A(int x)\n    : a_{x}, b_(std::move(x)), c_{} {\n  go();\n}\n") == "A::A=4 ");
  CHECK(counted("const std::map<int, int> k = {\n    {1, 2},\n    {3, 4},\n};\nint f() { return 1; }\n") == "f=1 ");
  CHECK(counted("std::function<void()> f{g};\nenum class E { A, B };\nstruct S { int a = 1; } s;\n").empty());
  CHECK(counted("struct stat look() {\n}\n") == "look=2 ");
  CHECK(counted("template <class T = int>\nbool operator==(const T& a, const T& b) {\n}\n") == "operator===3 ");
  CHECK(counted("void f() {\n  const auto g = [&] {\n    if (x) {\n    }\n  };\n  struct L { void m() {} };\n}\n") ==
        "f=7 ");
  CHECK(counted("const auto f = [](int a) {\n  return a;\n};\nauto g() -> std::vector<int> {\n}\n").ends_with("g=2 "));
  CHECK(counted("// {\nvoid f() {\n  say(\"}\", '}', R\"x(}\n})x\");  // }\n  /* } */\n}\n") == "f=5 ");
  CHECK(counted("#define M(x) { x\nvoid f() {\n}\n") == "f=2 ");
  CHECK(counted("KIOSK_WIRE(Ticket, 3)\nKIOSK_WIRE(Claim)\nvoid f() {\n}\n") == "f=2 ");
  CHECK(counted("TEST_CASE(\"a: long (one)\") {\n" + lines(3) + "}\n") == "a: long (one)=5 ");
  CHECK(counted("class A {\n public:\n  explicit A(int n) : n_(n) {\n  }\n\n private:\n  int n_ = 1'000;\n};\n") ==
        "A=2 ");
}

TEST_CASE("house: overloads are told apart, so that a new one does not hide behind an old one") {
  const auto all =
      function_lengths({{"a.cpp", "void on(int a,\n        B b) {\n}\nvoid on(C&) {\n}\nvoid off() {\n}\n"}});
  CHECK(all == Lengths{{"a.cpp off", 2}, {"a.cpp on(C&)", 2}, {"a.cpp on(int a, B b)", 3}});
}

TEST_CASE("house: the list of offenders is kept: no new one, none longer, none that has become shorter") {
  CHECK(over(60, {{"a f", 60}, {"a g", 70}}, {{"a g", 70}}).empty());
  CHECK(found(over(60, {{"a f", 61}}, {}), "a f has 61 lines, at most 60"));
  CHECK(found(over(60, {{"a g", 71}}, {{"a g", 70}}), "a g has 71 lines, at most 70"));
  CHECK(over(60, {{"a g", 81}}, {{"a g", 90}}).empty());
  CHECK(found(over(60, {{"a g", 80}}, {{"a g", 90}}), "lower its ceiling"));
  CHECK(found(over(60, {}, {{"a g", 70}}), "no offender any more"));
  CHECK(found(over(60, {{"a g", 58}}, {{"a g", 62}}), "no offender any more"));
}

TEST_CASE("house: no function is longer than 60 lines, product and tests alike") {
  const auto found = function_lengths(sources_of(is_counted));
  REQUIRE(found.size() > 3'000);
  none(over(k_function, found, k_long_functions));
}

TEST_CASE("house: no file of code is longer than 400 lines") {
  Lengths found;
  for (const auto& s : sources_of(is_counted)) found[s.path] = static_cast<int>(split(s.text, '\n').size());
  none(over(k_file, found, k_long_files));
}
