//! Pages of a list. One row more than the page is read, to know whether there is a next one.

use balabaqsha_shared::dto;

/// How many rows to read for a page of `limit`.
pub(in crate::service) fn to_read(limit: u16) -> i64 {
    i64::from(limit) + 1
}

/// The rows of the page; the cursor names the last of them where there are more.
pub(in crate::service) fn page<T, C: ToString>(
    mut rows: Vec<T>,
    limit: u16,
    id: impl FnOnce(&T) -> C,
) -> dto::Page<T> {
    let limit = usize::from(limit);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|last| id(last).to_string());
    dto::Page {
        items: rows,
        next_cursor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_the_last_row_of_a_page_that_is_not_the_last() {
        let of = |rows: &[u8]| page(rows.to_vec(), 2, |row| *row);
        let first = of(&[1, 2, 3]);
        assert_eq!(
            (first.items, first.next_cursor),
            (vec![1, 2], Some("2".into()))
        );
        for rows in [&[1, 2][..], &[1], &[]] {
            let last = of(rows);
            assert_eq!((last.items.as_slice(), last.next_cursor), (rows, None));
        }
    }
}
