// Ports the node needs and others fill. Thread: any.
#pragma once
#include "api/verbs/branch.h"
#include "domain/people/face.h"

namespace kiosk::verbs {

// Judges faces. programs/shared fills it with vision; without models `ready()` is false and every verdict is Officer.
class FaceJudge {
 public:
  virtual ~FaceJudge() = default;
  virtual bool ready() const = 0;
  virtual std::string profile() const = 0;
  // Refuses what is no picture: bad_input photo_unreadable, photo_empty, photo_too_large.
  virtual Result<domain::FaceReport> inspect(ByteView photo, bool as_reference) = 0;
  virtual Result<domain::FaceTemplate> enrol(ByteView photo) = 0;  // refused photo_poor when not usable as reference
  struct Match {
    domain::FaceVerdict verdict;
    double score;
    domain::FaceReport report;
  };
  virtual Result<Match> compare(ByteView photo, const domain::FaceTemplate& reference) = 0;
};

// What the node asks of its sync engine. sync fills it; a node that is not enrolled has none.
class SyncPort {
 public:
  virtual ~SyncPort() = default;
  virtual void nudge() = 0;  // something new to send; returns at once
  virtual SyncStatus status() = 0;
  virtual SyncStatus round(Millis wait) = 0;  // one round now, or what is known after `wait`
  virtual Result<ReceiptTaken> take_receipt(const std::string& receipt) = 0;
  virtual void hold(bool hold) = 0;  // as the store's note says; returns once nothing more is begun
  virtual Result<EnrolResult> enrol(const std::string& url, const std::string& code) = 0;
  // Asks the centre for a person the node does not know, or not freshly. Returns at once; what comes back is put into
  // the node's store, so that the next question finds it, and a change "person" says that the asking is over, with an
  // answer or without. False: not asked (no network, asked a moment ago, too many at once).
  virtual bool look_up(const domain::PersonId&) { return false; }
};

// The node's door for terminals on other machines: its small CA and who may come in. lan fills it; a node that is not
// on the LAN has none. Codes and terminals are kept by the node, which tells the door of them.
class TerminalAuthority {
 public:
  struct Code {
    std::string text, id;
  };
  virtual ~TerminalAuthority() = default;
  virtual Code new_code(const std::string& branch) = 0;
  // Signs the request for that terminal when its proof shows the code. Refused join_code_wrong; bad_input csr_...
  virtual Result<TerminalCertificate> certify(const JoinTerminal&, const std::string& code_text,
                                              const TerminalView&) = 0;
  virtual Result<TerminalCertificate> renew(const std::string& csr_pem, const TerminalView&) = 0;
  virtual void admit(const TerminalView&) = 0;
  virtual void expel(const Uuid& terminal) = 0;  // refused from now on; its waiting connections end
};

// What keeps a second copy of unsent records. branch fills it; a node without one has none.
class Copier {
 public:
  virtual ~Copier() = default;
  virtual void nudge() = 0;  // something new to copy; returns at once
  virtual CopyView status() = 0;
};

}  // namespace kiosk::verbs
