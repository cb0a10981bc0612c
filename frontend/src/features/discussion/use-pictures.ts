import { useMutation } from '@tanstack/react-query'
import type { RefObject } from 'react'
import { uploadPostImage } from '../../api/moderation.ts'

/** What the server takes and writes anew, without what the camera noted. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp']

/**
 * Puts pictures into a text where its cursor is: a mark stands there while a picture is on its way, so that writing can go
 * on, and becomes the picture.
 */
export function usePictures(
  slug: string,
  area: RefObject<HTMLTextAreaElement | null>,
  /** What is written at present; the field itself may be hidden behind the preview. */
  text: RefObject<string>,
  write: (text: string) => void,
) {
  const replace = (mark: string, by: string) => {
    const field = area.current
    const before = text.current
    const at = before.indexOf(mark)
    if (at < 0) return
    const cursor = field?.selectionStart ?? 0
    write(before.slice(0, at) + by + before.slice(at + mark.length))
    const moved = cursor > at ? Math.max(at, cursor + by.length - mark.length) : cursor
    requestAnimationFrame(() => field?.setSelectionRange(moved, moved))
  }
  const upload = useMutation({
    mutationFn: async ({ file, mark }: { file: File; mark: string }) => {
      const picture = await uploadPostImage(slug, file).catch((error: unknown) => {
        replace(mark, '')
        throw error
      })
      // What the picture shows is for its writer to say; the name of the file is a beginning.
      replace(mark, picture.markdown.replace('![]', `![${nameOf(file)}]`))
    },
  })
  return {
    isUploading: upload.isPending,
    error: upload.error,
    add(files: Iterable<File>) {
      const field = area.current
      if (!field) return
      for (const file of files) {
        const mark = `![${nameOf(file)} …]()`
        const { selectionStart: start, selectionEnd: end, value } = field
        const before = value.slice(0, start)
        const gap = before === '' || before.endsWith('\n') ? '' : '\n'
        const whole = `${before}${gap}${mark}\n${value.slice(end)}`
        write(whole)
        // The next picture, and what is written meanwhile, follow this one.
        field.value = whole
        const cursor = before.length + gap.length + mark.length + 1
        field.setSelectionRange(cursor, cursor)
        upload.mutate({ file, mark })
      }
    },
  }
}

/** The name of a file as a description: without what Markdown would read. */
function nameOf(file: File): string {
  return file.name.replace(/\.[a-z]+$/i, '').replace(/[[\]()!<>\\]/g, ' ')
}
