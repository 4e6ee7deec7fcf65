// CopyFolder: a node's second copy in a folder of another disk or another terminal: FOLDER/<node>/ holds state.kx and
// segments, each a sealed file (events/export.h) that the centre could import by itself.
// What was appended is on the disk (fsync) when append() answers. A torn end is cut back to the last mark at open().
// Thread: one at a time. Blocks: disk. Owns: the node's folder and its lock, not the folder it is in (an unmounted disk
//   must not be made up). Errors: refused copy_missing, copy_full, copy_readonly, copy_in_use (another process keeps
//   the same copy), copy_io.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/store/copy.h"

namespace kiosk::store {

class CopyFolder {
 public:
  static Result<std::unique_ptr<CopyFolder>> open(const std::string& folder, const std::string& node);
  ~CopyFolder();

  CopyPoint point() const { return point_; }  // what is here
  // The node's present epoch when copying began: places and blobs are counted in it. Empty: nothing has been copied.
  const std::string& epoch() const { return epoch_; }
  // The node was restored and counts anew. What is here stays under other names, because the node may have been
  // restored without it, until drop_kept(); copying begins again.
  Result<Done> begin(const std::string& epoch);
  Result<Done> append(const events::ExportManifest& manifest, const CopyPiece& piece);
  // The node's state; replaces the one before.
  Result<Done> put_state(const events::ExportManifest& manifest, ByteView sealed);
  Result<Done> drop(CopyPoint keep);  // segments of which nothing is needed any longer
  // What begin() kept goes as a whole, when the centre has every event in it, and its blobs if there are any. Not one
  // segment before: the event that names a blob may stand in a later one.
  Result<Done> drop_kept(const CentreHas& has);
  bool keeps() const { return !kept_.empty(); }
  Result<std::int64_t> segments() const;  // how many there are, without what is kept

 private:
  explicit CopyFolder(std::string path) : path_(std::move(path)) {}
  Result<Done> scan();
  Result<Done> recover(const std::string& name);
  Result<Done> write(ByteView bytes);
  Result<Done> close_segment();
  Result<Done> put_whole(const std::string& name, ByteView bytes);

  struct Closed {
    std::string name;
    CopyPoint last;
  };
  struct Kept {
    std::string name;
    // Read when it is first asked for.
    bool known = false;
    std::map<std::string, std::int64_t> until;  // by epoch, the last event in it
    bool blobs = false;
  };
  static Result<Done> look_into(Kept& kept, const std::string& path);

  std::string path_, epoch_;
  std::vector<Kept> kept_;
  int lock_ = -1;
  std::vector<Closed> closed_;
  std::int64_t number_ = 0;  // of the next segment
  CopyPoint point_, open_last_;
  int fd_ = -1;  // the open segment
  std::string open_name_;
  std::int64_t open_bytes_ = 0;
  events::ExportWriter writer_;
};

// Everything in a node's folder, for a restore: segments in order, then the newest state. `node` empty: the only one
// there. Each file is read to its end or to where it is damaged. Errors: refused copy_missing, copy_ambiguous.
struct CopyContents {
  std::string node;
  std::vector<std::string> segments;  // paths, oldest first
  std::string state;                  // path; empty when there is none
};
Result<CopyContents> copy_contents(const std::string& folder, const std::string& node);

}  // namespace kiosk::store
