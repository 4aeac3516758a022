//! Pagination of search results.

use crate::operations::search::{CreateRequest, Search};
use crate::runtime::ListPage;
use crate::types::{SearchItem, SearchResults};
use crate::{Items, Pages, PagesWithResponse};

impl CreateRequest {
    /// Returns the pages of the results. The first page is the response of the search. Each further
    /// page is retrieved when it is polled, and is not billed.
    ///
    /// A page can be retrieved until it expires: see `page_info.page_expires_at`.
    /// `include_user_metadata` and the options of the call apply to all pages.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::SearchOption};
    ///
    /// # async fn example() -> Result<(), twelvelabs::Error> {
    /// let client = Client::from_env()?;
    /// let search = client.search().create("index_id", [SearchOption::Visual]);
    /// let mut pages = search.query_text("a dog on a beach").pages();
    /// while let Some(page) = pages.next_page().await? {
    ///     println!("{} matches", page.data.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> Pages<SearchResults> {
        self.pages_with_response().into_bodies()
    }

    /// Returns the [`pages`](Self::pages) with their status and headers.
    pub fn pages_with_response(self) -> PagesWithResponse<SearchResults> {
        let search = Search::new(self.client.clone());
        let options = self.call_options.clone();
        let include_user_metadata = self.body.include_user_metadata;
        PagesWithResponse::by_token(
            "search_create",
            move |token: Option<String>| match token {
                None => self.clone().send_with_response(),
                Some(token) => {
                    let mut next = search.retrieve(token).with_options(options.clone());
                    next.include_user_metadata = include_user_metadata;
                    next.send_with_response()
                }
            },
            |page| {
                let info = page.page_info.as_ref();
                ListPage::of(&page.data).next(info.and_then(|it| it.next_page_token.as_deref()))
            },
        )
    }

    /// Returns the matches on all [`pages`](Self::pages). The stream ends after an error.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::SearchOption};
    ///
    /// # async fn example() -> Result<(), twelvelabs::Error> {
    /// let client = Client::from_env()?;
    /// let search = client.search().create("index_id", [SearchOption::Visual]);
    /// let mut matches = search.query_text("a dog on a beach").stream();
    /// while let Some(clip) = matches.next_item().await? {
    ///     println!("{:?} from {:?} to {:?}", clip.video_id, clip.start, clip.end);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Items<SearchResults, SearchItem> {
        self.pages().items(|page| page.data)
    }
}
