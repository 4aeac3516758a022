//! Removes the bodies of functions, which are most of a file but not part of its declarations.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns the tokens of a file with empty function bodies.
pub(super) fn without_bodies(tokens: TokenStream) -> TokenStream {
    let mut is_function = false;
    let mut previous_is_fn = false;
    let mut kept = Vec::new();
    for token in tokens {
        // The type of a function, `fn(u8)`, has no name, and no body follows it.
        is_function |= previous_is_fn && matches!(token, TokenTree::Ident(_));
        previous_is_fn = matches!(&token, TokenTree::Ident(word) if word == "fn");
        kept.push(match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let content = match std::mem::take(&mut is_function) {
                    true => TokenStream::new(),
                    false => without_bodies(group.stream()),
                };
                let mut without = Group::new(Delimiter::Brace, content);
                without.set_span(group.span());
                without.into()
            }
            // A function of a trait can have no body.
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                is_function = false;
                punct.into()
            }
            token => token,
        });
    }
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn only_bodies_are_left_out() {
        let code = quote! {
            type Call = fn(u8) -> u8;
            struct Calls { call: fn(u8), calls: [u8; 2] }
            impl Run for fn(u8) { fn run(&self) -> [u8; 2] { struct Inner { a: u8 } [1, 2] } }
            trait Run { fn run(&self) -> [u8; 2]; const A: u8 = 1; fn twice() { run(); run() } }
            mod inner { pub async fn f<T>(t: T) where T: Into<u8> { t.into() } }
        };
        let expected = quote! {
            type Call = fn(u8) -> u8;
            struct Calls { call: fn(u8), calls: [u8; 2] }
            impl Run for fn(u8) { fn run(&self) -> [u8; 2] {} }
            trait Run { fn run(&self) -> [u8; 2]; const A: u8 = 1; fn twice() {} }
            mod inner { pub async fn f<T>(t: T) where T: Into<u8> {} }
        };
        assert_eq!(without_bodies(code).to_string(), expected.to_string());
    }
}
