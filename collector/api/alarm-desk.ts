// What routes of the alarm list are given.
import type { AlarmBoard } from '../alarm-board/alarm-board.ts'
import type { BulkJobs } from '../alarm-board/bulk-jobs.ts'
import type { SavedViews } from '../alarm-board/saved-views.ts'

export interface AlarmDesk {
  readonly board: AlarmBoard
  readonly jobs: BulkJobs
  readonly views: SavedViews
}
