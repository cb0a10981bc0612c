import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { reportPost } from '../../api/moderation.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import styles from './report-dialog.module.css'

/** Tells the hosts that a post should be looked at, and why. */
export function ReportDialog(props: {
  post: number
  author: string
  open: boolean
  onOpenChange(open: boolean): void
}) {
  const t = useText()
  const discussion = useDiscussionText()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const report = useMutation({ mutationFn: () => reportPost(props.post, { reason: reason.trim() }) })
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={discussion.reportTitle(props.author)}>
      {report.isSuccess ? (
        <Note tone="good" alert>
          <p>{discussion.reported}</p>
        </Note>
      ) : (
        <>
          <TextArea
            label={discussion.reason}
            hint={discussion.reasonHint}
            error={missing && !reason.trim() ? t.common.required : undefined}
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
          {report.error && <ProblemNote error={report.error} />}
          <div className={styles.actions}>
            <Button
              kind="primary"
              busy={report.isPending}
              onClick={() => {
                setMissing(true)
                if (reason.trim()) report.mutate()
              }}
            >
              {discussion.report}
            </Button>
            <Button onClick={() => props.onOpenChange(false)}>{t.common.cancel}</Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
