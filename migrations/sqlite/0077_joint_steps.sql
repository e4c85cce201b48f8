-- R8: holds of several children that were made in one step end and are signed for together.
ALTER TABLE holds ADD COLUMN joint_step BLOB;
CREATE INDEX holds_by_joint_step ON holds (joint_step) WHERE joint_step IS NOT NULL;
