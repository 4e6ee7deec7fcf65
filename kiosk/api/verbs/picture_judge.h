// Whether a file is a whole picture, before it is kept. A FaceJudge that can decode is one of these too; a node whose
// judge is none refuses what the file's outside tells (base/picture_shape.h). Thread: any. Blocks: CPU.
#pragma once
#include "base/bytes.h"
#include "base/result.h"

namespace kiosk::verbs {

class PictureJudge {
 public:
  virtual ~PictureJudge() = default;
  // bad_input photo_unreadable (cut, damaged, another kind of file), photo_empty, photo_too_large.
  virtual Result<Done> check_picture(ByteView photo) = 0;
};

}  // namespace kiosk::verbs
