/* The guest that does nothing: what it costs is what it costs to start one. */
int main(void)
{
    return 0;
}
